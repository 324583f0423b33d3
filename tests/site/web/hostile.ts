/** What somebody on the control network could send, or an operator write, who means harm or has bad luck with quotes. */

/** Wherever a page makes markup of a text, there is an element of this name in it. */
export const HOSTILE_ELEMENT = "hostile-markup";

const ELEMENT = `<${HOSTILE_ELEMENT}>`;
const IMAGE = '<img src="/hostile.png" onerror="document.title=1">';
const SCRIPT = "<script>document.title=1</script>";

/** Turns round what follows it, also the texts beside it: shown as what it is, never obeyed. */
export const RIGHT_TO_LEFT = "\u202e";

/** A name is bytes, shown one character each. */
const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** PVs that a server has, in the letters that a search carries. */
export const HOSTILE_PVS: readonly string[] = [
  `X:${ELEMENT}`,
  `X:${SCRIPT}`,
  `X:${IMAGE}`,
  `X:"double" 'single' \`back\``,
  "X:100%",
  "X:%2F%41%zz",
  "X:a/b/../c",
  "X:what?limit=1&match=x",
  "X:#fragment",
  "X:a\\b",
  "X:&lt;b&gt;&amp;",
  "X:{{constructor}}",
  "X: blanks  inside ",
  "X:\u0001\u001b[31m\u007f\u0085",
  utf8("X:Größe→µ✓😀"),
  utf8("X:\u202Eright to left"),
  `X:${"LONG".repeat(120)}`,
  "__proto__",
];

/** One for each field of a heartbeat that is a text. The sender escapes nothing, so that quotes are left to JSON. */
export const HOSTILE_HEARTBEAT = {
  img: `softIoc${ELEMENT}`,
  stcmd: `${ELEMENT}${SCRIPT}st.cmd`,
  cwd: `/home/${ELEMENT}/<img src=/hostile.png onerror=document.title=1>/%2e%2e`,
  prefix: `HB:${ELEMENT}`,
} as const;

/** What operators write. */
export const HOSTILE_DESCRIPTION = `${ELEMENT} ${IMAGE} "the" host's 100% ${RIGHT_TO_LEFT}& more`;
export const HOSTILE_GROUP = `${ELEMENT}${SCRIPT}${RIGHT_TO_LEFT}group`;
export const HOSTILE_NOTES: readonly string[] = [
  `${ELEMENT} ${SCRIPT} ${RIGHT_TO_LEFT}${IMAGE}`,
  `javascript:document.title=1 https://example.org/ ${"x".repeat(400)}`,
];

/** A text as pages show it. */
export function shown(text: string): string {
  return text.replaceAll(RIGHT_TO_LEFT, "\\u202e");
}
