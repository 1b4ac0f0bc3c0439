/**
 * What pages say in place of one that is not there, or not for this person. Apart from `DeadEnd`: from a client's file a page of the
 * server can take components, but no values.
 */
export const NOT_FOUND = {
  title: "Page not found",
  lead: "Check the address for typos. The page may also have moved.",
};

export const FORBIDDEN = {
  title: "No access to this page",
  lead: "You are signed in, but your role does not include it. If you should be able to see it, ask the people who run this site.",
};
