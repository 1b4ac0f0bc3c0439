export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** What lies under everything, for the bars of a browser around the page: the `page` of app/theme.css. */
export const PAGE_COLOR = { light: "#f6f6f8", dark: "#0f1013" };

/** Where a browser keeps the theme that its person chose; with the system's there is nothing. */
export const THEME_KEY = "theme";

declare global {
  interface Window {
    /** Shows this theme: in the page by app/theme.css, and around it by a color that goes before the system's two. */
    showTheme(theme: Theme | undefined): void;
  }
}

/** Stands in every page's head, so that the theme which a person chose is there before anything is drawn. */
export const APPLY_THEME = `function showTheme(t){
let c={light:"${PAGE_COLOR.light}",dark:"${PAGE_COLOR.dark}"}[t],h=document.documentElement,m=document.getElementById("shown-color");
c?h.dataset.theme=t:delete h.dataset.theme;m&&m.remove();
if(c){m=document.createElement("meta");m.id="shown-color";m.name="theme-color";m.content=c;document.head.prepend(m)}}
try{showTheme(localStorage.${THEME_KEY})}catch{}`;

/** The theme that was chosen in this browser. */
export function chosenTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(THEME_KEY)) ?? "system";
  } catch {
    // A server keeps none, nor a browser that lets this site keep nothing.
    return "system";
  }
}
