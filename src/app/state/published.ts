/** `datasets/<name>/manifest.json`. */
export interface Manifest {
  name: string;
  version: string;
  sha256: string;
  samples: number;
}

const FILES = import.meta.glob<Manifest>("../../../datasets/*/manifest.json", { eager: true, import: "default" });

/** The datasets that come with the app, as the build found them; the newest name first. */
export const MANIFESTS: readonly Manifest[] = Object.values(FILES).sort((a, b) => (a.name < b.name ? 1 : -1));
