/** Thrown while one flag is compiled and caught where the flag's answer is made: it never leaves the compiler. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}
