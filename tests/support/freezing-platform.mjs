// Stands for a platform that freezes a process once it has answered: says what it is asked to wait for, and when that is done.
globalThis[Symbol.for("@next/request-context")] = {
  get: () => ({
    waitUntil: (work) => {
      console.log("asked for time");
      Promise.resolve(work).finally(() => console.log("needs no more time"));
    },
  }),
};
