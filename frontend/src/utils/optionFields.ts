/** What can be chosen of a source, read from the JSON schema that its connector brings. */

export type OptionValue = string | boolean | number | string[] | null;
export type OptionValues = Readonly<Record<string, OptionValue>>;

export interface OptionField {
  name: string;
  label: string;
  hint: string | undefined;
  kind: 'text' | 'boolean' | 'integer' | 'choice' | 'list';
  /** Of `choice`, and of a `list` that takes nothing else. */
  values: readonly string[];
  /** The connected account can say what there is to choose. */
  picked: boolean;
  /** The kind of credentials with which alone it counts; it is asked for together with these. */
  onlyWith: string | undefined;
  nullable: boolean;
  initial: OptionValue;
  min: number | undefined;
  max: number | undefined;
}

interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  choices?: boolean;
  only_with?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
}

/** The fields in the order of the schema; what has no shape that a form can take keeps its default. */
export function optionFields(schema: object): OptionField[] {
  const { properties = {}, $defs = {} } = schema as Schema;
  return Object.entries(properties).flatMap(([name, given]) => fieldOf(name, given, $defs) ?? []);
}

function fieldOf(name: string, given: Schema, defs: Record<string, Schema>): OptionField | null {
  const { schema, nullable } = resolved(given, defs);
  const kind = kindOf(schema);
  if (kind === null) return null;
  const items = schema.items && resolved(schema.items, defs).schema;
  return {
    name,
    label: given.title ?? schema.title ?? readable(name),
    hint: capital(given.description ?? schema.description),
    kind,
    values: valuesOf(kind === 'list' ? (items ?? {}) : schema),
    picked: Boolean(given.choices ?? schema.choices),
    onlyWith: given.only_with ?? schema.only_with,
    nullable,
    initial: asValue(given.default, kind),
    min: schema.minimum,
    max: schema.maximum,
  };
}

/** Without references, and without the branch that only says "or nothing". */
function resolved(given: Schema, defs: Record<string, Schema>): { schema: Schema; nullable: boolean } {
  if (given.$ref) {
    const { $ref, ...own } = given;
    return resolved({ ...defs[$ref.replace('#/$defs/', '')], ...own }, defs);
  }
  const [only, ...others] = given.allOf ?? [];
  if (only && others.length === 0) {
    const { allOf: _, ...own } = given;
    return resolved({ ...only, ...own }, defs);
  }
  const branches = (given.anyOf ?? []).filter(({ type }) => type !== 'null');
  const [branch] = branches;
  if (!branch) return { schema: given, nullable: false };
  const { schema } = resolved(branch, defs);
  return {
    schema: branches.length === 1 ? schema : {},
    nullable: branches.length < (given.anyOf?.length ?? 0),
  };
}

function kindOf(schema: Schema): OptionField['kind'] | null {
  if (valuesOf(schema).length > 0) return 'choice';
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'integer':
      return 'integer';
    case 'array':
      return schema.items?.type === 'string' || schema.items?.enum || schema.items?.$ref ? 'list' : null;
    default:
      return null;
  }
}

function valuesOf({ enum: values, const: only }: Schema): string[] {
  return (values ?? (only === undefined ? [] : [only])).filter((value) => typeof value === 'string');
}

function asValue(given: unknown, kind: OptionField['kind']): OptionValue {
  switch (kind) {
    case 'boolean':
      return given === true;
    case 'integer':
      return typeof given === 'number' ? given : null;
    case 'list':
      return Array.isArray(given) ? given.filter((value) => typeof value === 'string') : [];
    default:
      return typeof given === 'string' ? given : '';
  }
}

/** What is chosen of a source now, with the defaults of what is not. */
export function optionValues(
  fields: readonly OptionField[],
  chosen: Readonly<Record<string, unknown>>,
): OptionValues {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.name in chosen ? asValue(chosen[field.name], field.kind) : field.initial,
    ]),
  );
}

/** As the server takes them: what was left empty counts as nothing where that is allowed, else as its default. */
export function sentOptions(
  fields: readonly OptionField[],
  values: OptionValues,
): Record<string, OptionValue> {
  const sent: Record<string, OptionValue> = {};
  for (const { name, nullable, kind } of fields) {
    const value = values[name] ?? null;
    if (value !== null && value !== '') sent[name] = value;
    else if (nullable) sent[name] = null;
    else if (kind === 'text') sent[name] = '';
  }
  return sent;
}

/** A name of the schema as people read it. */
export function readable(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return capital(words) || name;
}

function capital(text: string): string;
function capital(text: string | undefined): string | undefined;
function capital(text: string | undefined): string | undefined {
  return text && text.charAt(0).toUpperCase() + text.slice(1);
}
