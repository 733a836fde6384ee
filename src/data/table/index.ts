export type { ImportOutcome } from "./import-file.ts";
export type { Problem } from "./check.ts";
export type { Comparison, Difference } from "./compare.ts";
export type { Distribution } from "./distribution.ts";
export { COLUMNS, FACETS, type Column, type Facet } from "./fields.ts";
export { EVERYTHING, type Query } from "./query.ts";
export type { Editing, FacetCount, RowView, Step, View } from "./sample-table.ts";
export type { Source, StudioTable } from "./studio-table.ts";
