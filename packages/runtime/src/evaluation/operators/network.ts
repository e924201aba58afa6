import type { JsonValue } from "../../snapshot/model.ts";
import type { CompileOperator } from "./operator.ts";

/** An address in groups of 16 bits: two for IPv4, eight for IPv6. An IPv4 address written as IPv6 is the former. */
type Address = readonly number[];

interface Network {
  readonly address: Address;
  readonly prefix: number;
}

/** The longest text of an IPv6 address, with an IPv4 address at its end. */
const MAX_ADDRESS_LENGTH = 45;
const decimalByte = /^(?:0|[1-9]\d{0,2})$/;
const hexadecimalGroup = /^[\da-fA-F]{1,4}$/;

function parseIpv4(text: string): Address | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => decimalByte.test(part) && Number(part) <= 255)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return [a * 256 + b, c * 256 + d];
}

function parseGroups(text: string): Address | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (hexadecimalGroup.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const tail = index === parts.length - 1 ? parseIpv4(part) : undefined;
      if (tail === undefined) return undefined;
      groups.push(...tail);
    }
  }
  return groups;
}

function parseIpv6(text: string): Address | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0 || (tail !== undefined && head.includes("."))) return undefined;
  const before = parseGroups(head);
  const after = tail === undefined ? [] : parseGroups(tail);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  // Two colons stand for at least one group.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

function isMapped(address: Address): boolean {
  return address.slice(0, 5).every((group) => group === 0) && address[5] === 0xffff;
}

/** RFC 4291 text for IPv6, four decimal numbers without leading zeros for IPv4; no zone, no port. */
function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_ADDRESS_LENGTH) return undefined;
  if (!text.includes(":")) return parseIpv4(text);
  const address = parseIpv6(text);
  return address !== undefined && isMapped(address) ? address.slice(6) : address;
}

function parseNetwork(operand: JsonValue): Network {
  const [text = "", bits, ...more] = typeof operand === "string" ? operand.split("/") : [];
  const address = parseAddress(text);
  if (address === undefined || more.length > 0)
    throw new TypeError('takes a network such as "10.0.0.0/8" or "2001:db8::/32", or a list of them');
  const width = address.length * 16;
  // A mapped network counts its prefix from the start of the IPv6 address.
  const offset = address.length === 2 && text.includes(":") ? 96 : 0;
  const prefix = bits === undefined ? width : decimalByte.test(bits) ? Number(bits) - offset : -1;
  if (prefix < 0 || prefix > width)
    throw new TypeError(
      `takes a network whose prefix is from ${offset} to ${width + offset}, not ${JSON.stringify(bits)}`,
    );
  return { address, prefix };
}

function holds({ address, prefix }: Network, other: Address): boolean {
  if (address.length !== other.length) return false;
  for (let group = 0; group * 16 < prefix; group++) {
    const ignored = Math.max(0, 16 - (prefix - group * 16));
    if ((address[group] ?? 0) >> ignored !== (other[group] ?? 0) >> ignored) return false;
  }
  return true;
}

/** An address is in a network of its own family only: `::/0` holds no IPv4 address. */
export const cidr: CompileOperator = (operand) => {
  const all: readonly JsonValue[] = Array.isArray(operand) ? operand : [operand];
  if (all.length === 0) throw new TypeError("takes at least one network");
  const networks = all.map(parseNetwork);
  return (value) => {
    const address = typeof value === "string" ? parseAddress(value) : undefined;
    return address !== undefined && networks.some((network) => holds(network, address));
  };
};
