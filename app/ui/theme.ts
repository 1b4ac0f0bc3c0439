export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** The page's background (`page` of app/theme.css), for the browser's bars around the page. */
export const PAGE_COLOR = { light: "#f6f6f8", dark: "#0f1013" };

/** The key under which a browser stores the chosen theme. For the system's it stores nothing. */
export const THEME_KEY = "theme";

declare global {
  interface Window {
    /** Shows this theme: in the page by app/theme.css, around it by a color that replaces the system's two. */
    showTheme(theme: Theme | undefined): void;
  }
}

/** A script in every page's head, which sets the chosen theme before the page is drawn. */
export const APPLY_THEME = `function showTheme(t){
let c={light:"${PAGE_COLOR.light}",dark:"${PAGE_COLOR.dark}"}[t],h=document.documentElement,m=document.getElementById("shown-color");
c?h.dataset.theme=t:delete h.dataset.theme;m&&m.remove();
if(c){m=document.createElement("meta");m.id="shown-color";m.name="theme-color";m.content=c;document.head.prepend(m)}}
try{showTheme(localStorage.${THEME_KEY})}catch{}`;

/** The theme that this browser stores. */
export function chosenTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(THEME_KEY)) ?? "system";
  } catch {
    // The server has no storage, and browsers may forbid it.
    return "system";
  }
}
