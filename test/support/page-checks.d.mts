export function faintTexts(): string[];
export function obstacles(): string[];
export function overflowing(): string[];
export function background(): string;
/** The scripts there are, and the schema of the JSON in the page. */
export function embedded(): [number, string];
