/** As in `package.json`; a test compares the two. The browser build cannot read that file. */
export const SDK_NAME = "@flagwright/runtime";
export const SDK_VERSION = "0.1.0";
