import type { JsonValue } from "@flagwright/runtime";
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Scalar } from "yaml";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { jsonObject } from "../json/json-object.ts";
import { pointerTo } from "../json/pointer.ts";
import { LineIndex } from "./line-index.ts";
import { MAX_DEPTH, MAX_VALUES } from "./limits.ts";

/** An unquoted word that is text for YAML 1.2 and a boolean for YAML 1.1, which many tools still read. */
export interface Trap {
  readonly pointer: string;
  readonly part: "key" | "value";
  readonly word: string;
}

interface Json {
  /** `undefined` when something in it is no JSON. */
  readonly value: JsonValue | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly traps: readonly Trap[];
}

const trapWord = /^(?:on|off|yes|no|y|n)$/i;

/** The JSON value of a YAML document, anchors expanded, within the limits of a file. */
export function toJson(path: string, text: string, document: Document): Json {
  const conversion = new Conversion(path, text);
  const value = conversion.convert(document.contents, "", 0);
  return { value: conversion.failed ? undefined : value, diagnostics: conversion.diagnostics, traps: conversion.traps };
}

class Conversion {
  readonly diagnostics: Diagnostic[] = [];
  readonly traps: Trap[] = [];
  failed = false;
  readonly #anchors = new Map<string, Node>();
  readonly #path: string;
  readonly #text: string;
  #values = 0;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  convert(node: unknown, pointer: string, depth: number): JsonValue {
    if (this.failed || node == null) return null;
    if (++this.#values > MAX_VALUES)
      return this.#fail(
        node,
        "FILE_VALUES",
        `The file holds more than ${MAX_VALUES.toLocaleString("en")} values, its aliases expanded.`,
        "Write the values out where they are used, or split the file.",
      );
    if (depth > MAX_DEPTH)
      return this.#fail(
        node,
        "FILE_NESTING",
        `Values are nested deeper than the ${MAX_DEPTH} levels that are read.`,
        "Flatten the value, or move parts of its schema to flags/schemas.",
      );
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      return target === undefined
        ? this.#fail(
            node,
            "YAML_ALIAS_KNOWN",
            `The alias *${node.source} has no anchor before it.`,
            "Write `&name` at the value that the alias stands for.",
          )
        : this.convert(target, pointer, depth + 1);
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) this.#anchors.set(node.anchor, node);
    if (isMap(node))
      return jsonObject(
        node.items.filter(isPair).map((pair) => {
          const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
          const at = pointerTo(pointer, name);
          if (isScalar(pair.key)) this.#watch(pair.key, at, "key");
          return [name, this.convert(pair.value, at, depth + 1)] as const;
        }),
      );
    if (isSeq(node)) return node.items.map((item, index) => this.convert(item, pointerTo(pointer, index), depth + 1));
    return isScalar(node) ? this.#scalar(node, pointer) : null;
  }

  #scalar(node: Scalar, pointer: string): JsonValue {
    const { value } = node;
    this.#watch(node, pointer, "value");
    if (typeof value === "number") {
      if (!Number.isFinite(value))
        return this.#fail(
          node,
          "NUMBER_FINITE",
          `${node.source ?? value} is not a JSON number.`,
          "Write a finite number, or quote it.",
        );
      if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(node.source ?? ""))
        this.#report(
          node,
          "NUMBER_EXACT",
          `${node.source} cannot be held exactly; it would become ${value}.`,
          "Quote it, and make the flag's type a string.",
        );
      return value;
    }
    return typeof value === "string" || typeof value === "boolean" || value === null ? value : String(value);
  }

  #watch(node: Scalar, pointer: string, part: "key" | "value"): void {
    if (node.type === "PLAIN" && typeof node.value === "string" && trapWord.test(node.value))
      this.traps.push({ pointer, part, word: node.value });
  }

  #fail(node: unknown, code: string, message: string, help: string): null {
    this.#report(node, code, message, help);
    this.failed = true;
    return null;
  }

  #report(node: unknown, code: string, message: string, help: string): void {
    const range = (node as Partial<Node>).range ?? [0, 0, 0];
    this.diagnostics.push({
      code,
      severity: "error",
      message,
      file: this.#path,
      range: new LineIndex(this.#text).range(range[0], range[1]),
      help,
    });
  }
}
