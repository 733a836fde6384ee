/** The key that stands before others in shortcuts, as this machine's keyboard shows it. */
export const MODIFIER = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
