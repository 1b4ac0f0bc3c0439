/** What pages say in place of one that is not there, or not for this person. */
export const NOT_FOUND = {
  title: "Page not found",
  lead: "Check the address for typos. The page may also have moved.",
};

export const FORBIDDEN = {
  title: "No access to this page",
  lead: "You are signed in, but your role does not include it. If you should be able to see it, ask the people who run this site.",
};
