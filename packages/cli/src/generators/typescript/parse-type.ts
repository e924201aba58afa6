import { intersection, keyword, union, type Keyword, type TypeNode } from "./type-node.ts";

/** The text of an object type's member, as json-schema-to-typescript printed it. */
export interface ParsedMember {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeNode;
}

/** Makes the type of a name that is no keyword, and of an object from its members. */
export interface TypeMaker {
  reference(name: string): TypeNode;
  object(members: readonly ParsedMember[], index: TypeNode | undefined): TypeNode;
}

const TOKEN =
  /\s+|\/\*[\s\S]*?\*\/|("(?:[^"\\]|\\.)*"|\.\.\.|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_$][\w$]*|[{}[\]()|&?:,;])/gy;

const KEYWORDS: ReadonlySet<string> = new Set(["string", "number", "boolean", "null", "unknown", "never", "undefined"]);

/**
 * Reads the one interface that json-schema-to-typescript printed (unformatted), and gives its members. Anything that
 * this reader does not know is an error: a type is never guessed.
 */
export function parseInterface(text: string, make: TypeMaker): readonly ParsedMember[] {
  const tokens = [...tokenize(text)];
  let at = 0;

  const peek = (): string | undefined => tokens[at];
  const take = (expected?: string): string => {
    const token = tokens[at];
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new SyntaxError(`expected ${expected ?? "a token"} but found ${token ?? "the end"} in a printed type`);
    at += 1;
    return token;
  };
  const skip = (token: string): boolean => {
    if (peek() !== token) return false;
    at += 1;
    return true;
  };

  function list(separator: string, member: () => TypeNode): TypeNode[] {
    skip(separator);
    const members = [member()];
    while (skip(separator)) members.push(member());
    return members;
  }
  const unionType = (): TypeNode => union(list("|", () => intersection(list("&", arrayType))));
  function arrayType(): TypeNode {
    let type = primary();
    while (peek() === "[" && tokens[at + 1] === "]") {
      at += 2;
      type = { kind: "array", element: type };
    }
    return type;
  }
  function primary(): TypeNode {
    const token = take();
    if (token === "(") {
      const type = unionType();
      take(")");
      return type;
    }
    if (token === "{") {
      const { members, index } = body();
      return make.object(members, index);
    }
    if (token === "[") return tuple();
    if (token.startsWith('"')) return { kind: "literal", value: JSON.parse(token) as string };
    if (token === "true" || token === "false") return { kind: "literal", value: token === "true" };
    if (/^-?\d/.test(token)) return { kind: "literal", value: Number(token) };
    if (KEYWORDS.has(token)) return keyword(token as Keyword);
    return make.reference(token);
  }
  function tuple(): TypeNode {
    const elements: TypeNode[] = [];
    let rest: TypeNode | undefined;
    while (!skip("]")) {
      if (skip("...")) {
        const spread = arrayType();
        if (spread.kind !== "array") throw new SyntaxError("a tuple's rest is not an array in a printed type");
        rest = spread.element;
      } else elements.push(unionType());
      skip(",");
    }
    if (elements.length === 0 && rest !== undefined) return { kind: "array", element: rest };
    return { kind: "tuple", elements, ...(rest === undefined ? {} : { rest }) };
  }
  function body(): { members: ParsedMember[]; index: TypeNode | undefined } {
    const members: ParsedMember[] = [];
    let index: TypeNode | undefined;
    while (!skip("}")) {
      if (skip("[")) {
        for (const token of ["k", ":", "string", "]", ":"]) take(token);
        index = unionType();
      } else {
        const key = take();
        const optional = skip("?");
        take(":");
        members.push({ name: key.startsWith('"') ? (JSON.parse(key) as string) : key, optional, type: unionType() });
      }
      skip(";");
    }
    return { members, index };
  }

  for (const token of ["export", "interface"]) take(token);
  take();
  take("{");
  const { members } = body();
  if (peek() !== undefined) throw new SyntaxError(`unexpected ${String(peek())} after a printed type`);
  return members;
}

function* tokenize(text: string): Generator<string> {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`unknown character ${JSON.stringify(text[from])} in a printed type`);
    if (match[1] !== undefined) yield match[1];
  }
}
