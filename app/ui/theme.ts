export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Where a browser keeps the theme that its person chose; with the system's there is nothing. */
export const THEME_KEY = "theme";

/** Puts the choice where app/theme.css looks for it. It stands in every page's head, before anything is drawn. */
export const APPLY_THEME = `try{let t=localStorage.${THEME_KEY};if(t)document.documentElement.dataset.theme=t}catch{}`;
