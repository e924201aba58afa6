import { Node, type SourceFile } from "ts-morph";

/** What a generated module exports: name → wire key. */
export type FlagExports = ReadonlyMap<string, string>;

/**
 * Reads which flag each export of a generated module is, from its `defineFlag({ key: … })`. A name that stands for
 * another, as after a rename, is that flag as well.
 */
export function flagExports(module: SourceFile): FlagExports {
  const exports = new Map<string, string>();
  for (const declaration of module.getVariableDeclarations()) {
    const initializer = declaration.getInitializer();
    const key = Node.isIdentifier(initializer) ? exports.get(initializer.getText()) : definedKey(initializer);
    if (key !== undefined) exports.set(declaration.getName(), key);
  }
  return exports;
}

function definedKey(initializer: Node | undefined): string | undefined {
  if (!Node.isCallExpression(initializer)) return undefined;
  const [data] = initializer.getArguments();
  if (!Node.isObjectLiteralExpression(data)) return undefined;
  const key = data.getProperty("key");
  const literal = Node.isPropertyAssignment(key) ? key.getInitializer() : undefined;
  return Node.isStringLiteral(literal) ? literal.getLiteralValue() : undefined;
}
