// The documents of the API, by the operation that answers or takes them; their types are made from contract/openapi.json.
import type { operations } from "./contract";

type Operation = keyof operations;
type Json<Content> = Content extends { content: { "application/json": infer Body } } ? Body : never;
type Responses<Name extends Operation> = operations[Name]["responses"];
type Good<Name extends Operation> = Responses<Name>[Extract<keyof Responses<Name>, 200 | 201 | 202>];

// Documents may grow: only the fields that the contract names are used.
type Named<Body> = { [Key in keyof Body as string extends Key ? never : Key]: Body[Key] };

export type AnswerOf<Name extends Operation> = Named<Json<Good<Name>>>;
export type BodyOf<Name extends Operation> = operations[Name] extends { requestBody?: infer Body } ? Json<NonNullable<Body>> : never;
export type QueryOf<Name extends Operation> = operations[Name]["parameters"] extends { query?: infer Query } ? NonNullable<Query> : never;

// A page of a list.
export interface Listed<Item> {
  items: Item[];
  total: number;
  next?: string | null;
}

export interface ListQuery {
  limit?: number;
  cursor?: string | null;
  sort?: string;
  q?: string;
  fields?: string;
}

// Part of a path.
export function part(id: string): string {
  return encodeURIComponent(id);
}
