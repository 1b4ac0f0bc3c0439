// The snippets of Appsmith's guide on custom authentication, to the letter, and just enough of Appsmith to run them:
// https://docs.appsmith.com, "Build Custom Authentication".

export const CONTINUE_SNIPPET = `
      continue: async () => {
        if(!appsmith.URL.fullPath.includes('#access_token')) return;
          appsmith.URL.fullPath.split('#')[1].split('&').forEach(i => {
          const [key, value] = i.split("=");
          storeValue(key,value);
        });
        navigateTo('Home')
      }`;

export const SIGN_IN_SNIPPET = `
      signin: () =>{
      return sign_in.run()
        .then(data => {
        delete data.user;
        Object.keys(data).forEach(i => {
          storeValue(i, data[i]);
        })
      })
        .then(() => navigateTo('Home'));
    },`;

export const SIGN_OUT_SNIPPET = `
  signout: () => {
    storeValue('#access_token', undefined);
    navigateTo("LoginPage");
  }`;

/** A page of an Appsmith app: its stored values, and the addresses that it went to. */
export function appsmithPage(fullPath = "") {
  const stored: Record<string, unknown> = {};
  const visited: string[] = [];
  return {
    stored,
    visited,
    appsmith: { URL: { fullPath } },
    storeValue: (key: string, value: unknown) => {
      stored[key] = value;
    },
    navigateTo: (page: string) => {
      visited.push(page);
    },
  };
}

/** The methods of a snippet, with these names in scope. */
export function runSnippet(snippet: string, scope: Record<string, unknown>): Record<string, () => Promise<void>> {
  return new Function(...Object.keys(scope), `return {${snippet}}`)(...Object.values(scope));
}
