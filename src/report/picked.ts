import type { QueryOptions } from '../query/settings.js';

/** The fields of a query that another kind of question takes too, as far as they were given. */
export function picked<Field extends keyof QueryOptions>(query: QueryOptions, fields: readonly Field[]): Pick<QueryOptions, Field> {
  return Object.fromEntries(fields.flatMap((field) => (query[field] === undefined ? [] : [[field, query[field]]]))) as Pick<QueryOptions, Field>;
}
