import { isObject, Sample, UserError } from "../../protocol/index.ts";
import { shown } from "./shape.ts";
import { TRANSFORMS, type Transform, type TransformId } from "./transforms.ts";

/** A row of somebody else's table. */
export type Row = Record<string, unknown>;
export type Field = keyof Sample;

/** What a transform knows besides the value. */
export interface Place {
  /** The whole row. */
  row: Row;
  /** Its place in the source, from 1. */
  number: number;
  /** What ids begin with. */
  name: string;
}

/** Where a field comes from: a column, perhaps through a transform, or a constant. */
export interface From {
  column?: string;
  transform?: TransformId;
  constant?: unknown;
}

/** How rows become samples. Plain JSON: it can be kept as a dataset's source. */
export type Mapping = Partial<Record<Field, From>>;

/** The names of a sample's fields, the required ones first. */
export const FIELDS = Object.keys(Sample.properties) as Field[];

/** The column of our own tables (src/data/exports/columns.ts) with what no other column could hold: one JSON object. */
export const EXTRA_FIELDS = "extra_fields";

/** Refuses a mapping that names what there is not. UserError. */
export function checkMapping(mapping: Mapping): void {
  for (const [field, { transform }] of Object.entries(mapping)) {
    if (!(FIELDS as string[]).includes(field)) {
      throw new UserError(`The mapping has "${field}": fields are ${FIELDS.join(", ")}.`);
    }
    if (transform !== undefined && !Object.hasOwn(TRANSFORMS, transform)) {
      throw new UserError(
        `The mapping of ${field} has ${shown(transform)}: known are ${Object.keys(TRANSFORMS).join(", ")}.`,
      );
    }
  }
  if (!mapping.prompt) throw new UserError("The mapping has no prompt: say which column holds the question.");
}

/**
 * The row as a sample that is still to be checked. Nothing is lost: a column whose value is no field's as it is stays on
 * the sample under its own name, or as `source_NAME` where a field of ours has that name; `kept` lists these.
 * UserError: a transform does not understand its value.
 */
export function mapRow(mapping: Mapping, place: Place): { value: Row; kept: string[] } {
  const value: Row = {};
  const whole = new Set<string>();
  for (const field of FIELDS) {
    const from = mapping[field];
    if (!from) continue;
    const found = valueOf(from, place, field);
    if (found !== undefined) value[field] = found;
    const lossless = from.transform === undefined || (TRANSFORMS[from.transform] as Transform).lossless === true;
    if (from.column !== undefined && lossless) whole.add(from.column);
  }
  const kept: string[] = [];
  for (const [column, cell] of Object.entries(place.row)) {
    if (whole.has(column)) continue;
    if (column === EXTRA_FIELDS && isOwnTable(place.row) && addExtra(value, cell)) continue;
    let name = column;
    while ((FIELDS as string[]).includes(name) || (name !== column && Object.hasOwn(place.row, name)))
      name = `source_${name}`;
    put(value, name, cell);
    kept.push(name);
  }
  return { value, kept };
}

/** A property as JSON.parse makes it: a name like __proto__ is a name. */
function put(row: Row, name: string, value: unknown): void {
  Object.defineProperty(row, name, { value, enumerable: true, writable: true, configurable: true });
}

/** In a table of somebody else's the column is one like any other, and must not write over its neighbours. */
function isOwnTable(row: Row): boolean {
  return Object.keys(row).every((column) => column === EXTRA_FIELDS || (FIELDS as string[]).includes(column));
}

/** Puts fields back that our own table kept in one cell; false where the cell is something else. */
function addExtra(value: Row, cell: unknown): boolean {
  if (cell === "" || cell === null) return true;
  try {
    const extra: unknown = JSON.parse(String(cell));
    if (!isObject(extra)) return false;
    for (const [name, one] of Object.entries(extra)) put(value, name, one);
    return true;
  } catch {
    return false;
  }
}

function valueOf({ column, transform, constant }: From, place: Place, field: Field): unknown {
  const given = column === undefined ? constant : place.row[column];
  if (transform === undefined) return given;
  try {
    return (TRANSFORMS[transform] as Transform).apply(given, place);
  } catch (error) {
    // What recursion cannot walk was made to be so.
    if (error instanceof RangeError) throw new UserError(`field ${field}: nested too deeply`);
    throw error;
  }
}
