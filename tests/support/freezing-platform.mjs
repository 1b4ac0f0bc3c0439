// A platform that freezes a process after its answer: prints when it is asked to wait for work, and when that work is done.
globalThis[Symbol.for("@next/request-context")] = {
  get: () => ({
    waitUntil: (work) => {
      console.log("asked for time");
      Promise.resolve(work).finally(() => console.log("needs no more time"));
    },
  }),
};
