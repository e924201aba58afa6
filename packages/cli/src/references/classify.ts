import { Node, SyntaxKind } from "ts-morph";
import type { ReferenceKind } from "./reference.ts";

export interface Classified {
  readonly kind: ReferenceKind;
  readonly problem?: string;
}

/** How this mention of a flag uses it; `undefined` for an import or a new name, which use nothing yet. */
export function classify(name: Node): Classified | undefined {
  if (name.getFirstAncestorByKind(SyntaxKind.ImportDeclaration) !== undefined) return undefined;
  const specifier = name.getParent();
  if (Node.isExportSpecifier(specifier)) return specifier.getNameNode() === name ? { kind: "export" } : undefined;
  if (name.getFirstAncestorByKind(SyntaxKind.TypeQuery) !== undefined) return { kind: "type" };
  const flag = wholeExpression(name);
  const parent = flag.getParent();
  if (Node.isCallExpression(parent) && parent.getExpression() === flag) return { kind: "call" };
  if (Node.isPropertyAccessExpression(parent) && parent.getExpression() === flag) return { kind: "member" };
  const misuse = misuseOf(flag, parent);
  return misuse === undefined ? { kind: "value" } : { kind: "misuse", problem: misuse };
}

/** `flags.newCheckout` and `(newCheckout as F)!` are the flag as much as `newCheckout` is. */
function wholeExpression(name: Node): Node {
  let node = name;
  for (let parent = node.getParent(); parent !== undefined; parent = node.getParent()) {
    const goesOn =
      (Node.isPropertyAccessExpression(parent) && parent.getNameNode() === node) ||
      Node.isParenthesizedExpression(parent) ||
      Node.isAsExpression(parent) ||
      Node.isSatisfiesExpression(parent) ||
      Node.isNonNullExpression(parent);
    if (!goesOn) return node;
    node = parent;
  }
  return node;
}

function misuseOf(flag: Node, parent: Node | undefined): string | undefined {
  const text = flag.getText();
  if (Node.isPrefixUnaryExpression(parent) && parent.getOperatorToken() === SyntaxKind.ExclamationToken)
    return `\`!${text}\` is always false, since a flag is a function. Call it: \`!${text}(…)\`.`;
  if (Node.isTemplateSpan(parent)) return `The template prints the function itself. Call it: \`\${${text}(…)}\`.`;
  if (Node.isBinaryExpression(parent)) return binaryMisuse(text, parent.getOperatorToken().getText());
  if (isCondition(flag, parent))
    return `As a condition \`${text}\` is always true, since a flag is a function. Call it.`;
  if (Node.isJsxExpression(parent) && !Node.isJsxAttribute(parent.getParent()))
    return `JSX cannot show a function. Call it: \`{${text}(…)}\`.`;
  if (Node.isCallExpression(parent) && /^(?:Boolean|String|Number)$/.test(parent.getExpression().getText()))
    return `This converts the function, not its value. Call it: \`${text}(…)\`.`;
  return undefined;
}

function binaryMisuse(text: string, operator: string): string | undefined {
  if (/^[=!]==?$/.test(operator)) return `This compares the function itself, not its value. Call it: \`${text}(…)\`.`;
  if (operator === "&&" || operator === "||" || operator === "??")
    return `\`${text}\` is always true here, since a flag is a function. Call it: \`${text}(…)\`.`;
  if (/^[+\-*/%<>]=?$/.test(operator)) return `This computes with the function itself. Call it: \`${text}(…)\`.`;
  return undefined;
}

function isCondition(flag: Node, parent: Node | undefined): boolean {
  if (Node.isConditionalExpression(parent)) return parent.getCondition() === flag;
  if (Node.isForStatement(parent)) return parent.getCondition() === flag;
  return (
    (Node.isIfStatement(parent) || Node.isWhileStatement(parent) || Node.isDoStatement(parent)) &&
    parent.getExpression() === flag
  );
}
