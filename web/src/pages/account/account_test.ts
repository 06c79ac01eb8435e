import { expect, test } from "vitest";
import contract from "../../../../contract/openapi.json";
import { scopeTexts } from "./texts";
import { scopesOf } from "./token_scopes";

interface Route {
  "x-permission"?: string;
  "x-role"?: string;
}

test("tokens can be limited to the permissions that the master knows, to an administrator's only by administrators", () => {
  const routes = Object.values(contract.paths).flatMap((methods) => Object.values(methods as Record<string, Route>));
  const named = contract.paths["/api/tokens"].post.requestBody.content["application/json"].schema.properties.scopes.items.enum;
  expect(Object.keys(scopeTexts).sort()).toEqual([...named].sort());
  expect(scopesOf("super_admin").toSorted()).toEqual([...named].sort());
  const ofAdministrators = new Set(routes.filter((route) => route["x-role"] === "super_admin").map((route) => route["x-permission"]));
  expect(scopesOf("trainer").filter((scope) => ofAdministrators.has(scope))).toEqual([]);
  expect(scopesOf("super_admin").filter((scope) => ofAdministrators.has(scope))).toHaveLength(ofAdministrators.size);
});
