/** The words of JSON Schema that docs/report.schema.json uses. */
export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  const?: unknown
  enum?: unknown[]
  type?: string | string[]
  pattern?: string
  minimum?: number
  required?: string[]
  properties?: Record<string, Schema>
  propertyNames?: Schema
  additionalProperties?: Schema | false
  items?: Schema
}

/** What is wrong with a value, by path; empty when the schema holds. */
export function findSchemaErrors(value: unknown, schema: Schema, root = schema, path = '$'): string[] {
  if (schema.$ref) return findSchemaErrors(value, root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}, root, path)
  const errors: string[] = []
  const types = schema.type === undefined ? [] : [schema.type].flat()
  if (types.length > 0 && !types.some((type) => hasType(value, type))) errors.push(`${path}: not ${types.join(' or ')}`)
  if (schema.const !== undefined && value !== schema.const) errors.push(`${path}: not ${JSON.stringify(schema.const)}`)
  if (schema.enum && !schema.enum.includes(value)) errors.push(`${path}: not one of ${schema.enum.join(', ')}`)
  if (schema.pattern && !new RegExp(schema.pattern).test(String(value))) errors.push(`${path}: not ${schema.pattern}`)
  if (schema.minimum !== undefined && Number(value) < schema.minimum) errors.push(`${path}: below ${schema.minimum}`)
  const { items } = schema
  if (Array.isArray(value))
    return items
      ? [...errors, ...value.flatMap((item, at) => findSchemaErrors(item, items, root, `${path}[${at}]`))]
      : errors
  if (typeof value !== 'object' || value === null) return errors
  for (const key of schema.required ?? []) if (!(key in value)) errors.push(`${path}: ${key} is missing`)
  for (const [key, item] of Object.entries(value)) {
    const expected = schema.properties?.[key] ?? schema.additionalProperties
    if (schema.propertyNames) errors.push(...findSchemaErrors(key, schema.propertyNames, root, `${path} name ${key}`))
    if (expected) errors.push(...findSchemaErrors(item, expected, root, `${path}.${key}`))
    // Stricter than the schema itself, which lets later releases add properties: ours must all be described.
    else errors.push(`${path}.${key}: not described`)
  }
  return errors
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
