"use client";

import { useEffect, useState } from "react";
import { chosenTheme, THEME_KEY, THEMES, type Theme } from "./theme";

/** Light, dark, or the system's setting, which this browser keeps for every page. Only a script draws it, and only one obeys it. */
export function ThemeSwitch() {
  const [chosen, setChosen] = useState<Theme>();
  useEffect(() => setChosen(chosenTheme()), []);

  function choose(theme: Theme) {
    setChosen(theme);
    window.showTheme(theme);
    try {
      if (theme === "system") localStorage.removeItem(THEME_KEY);
      else localStorage.setItem(THEME_KEY, theme);
    } catch {
      // A browser that stores nothing for this site shows the theme until the next page load.
    }
  }

  if (!chosen) return null;
  return (
    <fieldset className="border-b border-line px-4 py-3">
      <legend className="sr-only">Theme</legend>
      <div className="switch">
        {THEMES.map((theme) => (
          <label key={theme} className="capitalize">
            <input
              type="radio"
              name="theme"
              className="sr-only"
              checked={theme === chosen}
              onChange={() => choose(theme)}
            />
            {theme}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
