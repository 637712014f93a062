// What the server's doors answer, as docs/openapi.json describes it: the stand-in's answers are filled up with whatever
// a door has learned to tell since they were invented, and a door nobody invented an answer for answers that it holds
// nothing. It corrects no answer that is of another kind altogether: that one is named by `wrong`.
import { readFileSync } from "node:fs";

const described = JSON.parse(readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8"));
const doors = Object.entries(described.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, door]) => ({ verb: verb.toUpperCase(), named: (path.match(/\{/g) ?? []).length, fits: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`), schema: Object.entries(door.responses).find(([status]) => status.startsWith("2"))?.[1].content?.["application/json"]?.schema ?? null })),
);
/** A door that names a thing of its own goes before one that takes any. */
doors.sort((a, b) => a.named - b.named);

const of = (schema) => (schema.$ref ? of(described.components.schemas[schema.$ref.split("/").at(-1)]) : schema);
const choices = (schema) => schema.oneOf ?? schema.anyOf ?? null;
const kinds = (schema) => [schema.type ?? (schema.properties ? "object" : [])].flat();
const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
const fits = (schema, value) => {
  const is = of(schema);
  if (choices(is)) return choices(is).some((one) => fits(one, value));
  return is.allOf !== undefined || !kinds(is).length || kinds(is).some((kind) => (kind === "integer" ? "number" : kind) === kindOf(value));
};

/** The least a door may answer: nothing where nothing may be, no items, no words, nought. */
function least(schema) {
  const is = of(schema);
  if (choices(is)) return choices(is).some((one) => kinds(of(one)).includes("null")) ? null : least(choices(is)[0]);
  if (is.allOf) return Object.assign({}, ...is.allOf.map(least));
  if (is.enum) return is.enum[0];
  const kind = kinds(is)[0];
  if (kinds(is).includes("null")) return null;
  if (kind === "object") return whole(is, {});
  return { array: [], string: "", integer: 0, number: 0, boolean: false }[kind] ?? null;
}
/** `value` with all that its kind must have. */
function whole(schema, value) {
  const is = of(schema);
  if (choices(is)) {
    const one = choices(is).find((each) => fits(each, value) && (is.oneOf?.length === 2 || kindOf(value) !== "object"));
    return one ? whole(one, value) : value;
  }
  if (is.allOf) return is.allOf.reduce((held, one) => whole(one, held), value);
  if (Array.isArray(value)) return is.items ? value.map((one) => whole(is.items, one)) : value;
  if (kindOf(value) !== "object") return value;
  const full = { ...value };
  for (const [key, each] of Object.entries(is.properties ?? {})) {
    if (full[key] !== undefined) full[key] = whole(each, full[key]);
    else if (is.required?.includes(key)) full[key] = least(each);
  }
  return full;
}

/** Doors whose invented answer is of another kind than the server's. */
export const wrong = new Set();

/** An answer of the stand-in as the server would give it; `undefined`: nobody invented one. */
export function asServed(verb, path, answer) {
  const door = doors.find((one) => one.verb === verb && one.fits.test(path));
  if (!door) return answer;
  if (!door.schema) return answer ?? null;
  if (answer === undefined) return least(door.schema);
  if (!fits(door.schema, answer)) {
    wrong.add(`${verb} ${path}`);
    return answer;
  }
  return whole(door.schema, answer);
}
