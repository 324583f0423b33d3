/** Who may import whom, as CONTRIBUTING tells it: read off the sources themselves. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize } from "node:path";
import { ROOT } from "./repository.js";

interface Import {
  /** From the repository's root, `/` between folders. */
  readonly file: string;
  /** As written. */
  readonly specifier: string;
  /** The file meant by a relative specifier, from the root and with a `/` before it; otherwise the package or `node:` module. */
  readonly target: string;
}

interface Rule {
  readonly of: RegExp;
  /** What its files may import; everything else breaks the rule. */
  readonly may: readonly RegExp[];
}

const NODE = /^node:/;
const PACKAGE = /^(?!node:|pvmon|epics-ca)(@[\w.-]+\/)?[\w.-]+(\/[\w./-]+)?$/;

/** What may be in the pages. */
const BROWSER_PACKAGES = [
  /^(preact|preact\/hooks|@preact\/signals|uplot)$/,
  /^uplot\/dist\/uPlot\.min\.css$/,
];

/** The first rule whose `of` fits a file is its rule. */
const RULES: readonly Rule[] = [
  { of: /^core\/model\//, may: [/^\/core\/model\//] },
  {
    of: /^core\/plugin\//,
    may: [/^\/core\/(plugin|model)\//, /^@sinclair\/typebox$/, /^node:http$/],
  },
  {
    of: /^core\/config\//,
    may: [
      /^\/core\/(config|plugin|model)\//,
      /^(yaml|ajv|ajv-formats|@sinclair\/typebox|fastest-levenshtein)$/,
      /^node:(fs|path)$/,
    ],
  },
  { of: /^core\/access\//, may: [/^\/core\/(access|plugin|model)\//, NODE, PACKAGE] },
  {
    of: /^core\/runtime\//,
    may: [/^\/core\/(runtime|access|config|network|plugin|model)\//, NODE, PACKAGE],
  },
  { of: /^core\/network\//, may: [/^\/core\/(network|plugin|model)\//, NODE] },
  { of: /^core\/diagnosis\//, may: [/^\/core\/(diagnosis|network|plugin|model)\//, NODE] },
  {
    of: /^core\/sql-store\//,
    may: [/^\/core\/(sql-store|plugin|model)\//, /^@sinclair\/typebox$/],
  },
  {
    of: /^core\/testkit\//,
    may: [
      /^\/core\/(testkit\/|index\.ts|(network|sql-store)\/index\.ts|pvmon\.ts)/,
      /^\/core\/runtime\/(data|system)-clock\.ts/,
      /^epics-ca/,
      NODE,
      PACKAGE,
    ],
  },
  {
    of: /^core\/scaffold\/templates\//,
    may: [/^\/core\/scaffold\/templates\//, /^pvmon(\/testkit)?$/, NODE, PACKAGE],
  },
  { of: /^core\/index\.ts$/, may: [/^\/core\/(plugin|model)\//] },
  { of: /^core\//, may: [/^\/core\//, NODE, PACKAGE] },
  { of: /^epics-ca\/src\/client\//, may: [/^\/epics-ca\/src\//, NODE] },
  { of: /^epics-ca\/src\//, may: [/^\/epics-ca\/src\/(?!client\/)/] },
  { of: /^epics-ca\/tests\//, may: [/^\/?epics-ca/, NODE, PACKAGE, /^\/tests\/peers\//] },
  {
    of: /^plugins\/web-ui\/browser\/formats\//,
    may: [/^\/plugins\/web-ui\/browser\/((formats|api)\/|address\.)/],
  },
  {
    of: /^plugins\/web-ui\/browser\/api\//,
    may: [/^\/plugins\/web-ui\/browser\/(api\/|address\.|url\.)/, ...BROWSER_PACKAGES, /^pvmon$/],
  },
  {
    of: /^plugins\/web-ui\/browser\/components\//,
    may: [
      /^\/plugins\/web-ui\/browser\/((components|api|formats|styles)\/|address\.|url\.)/,
      /^\/plugins\/web-ui\/browser\/app\/(now|theme|messages)\./,
      ...BROWSER_PACKAGES,
    ],
  },
  {
    of: /^plugins\/web-ui\/browser\//,
    may: [/^\/plugins\/web-ui\/browser\//, ...BROWSER_PACKAGES],
  },
  {
    of: /^plugins\//,
    may: [
      /^\/plugins\//,
      /^pvmon(\/(diagnosis|network|sql-store))?$/,
      /^epics-ca(\/client)?$/,
      NODE,
      PACKAGE,
    ],
  },
];

function isAllowed({ file, target }: Import): boolean {
  const rule = RULES.find(({ of }) => of.test(file));
  if (rule === undefined) return true;
  if (target === "tsyringe" || target === "reflect-metadata") {
    return file === "core/runtime/container.ts";
  }
  const ownPlugin = /^plugins\/[^/]+\//.exec(file)?.[0];
  if (ownPlugin !== undefined && target.startsWith("/") && !target.startsWith(`/${ownPlugin}`)) {
    return false;
  }
  return rule.may.some((pattern) => pattern.test(target));
}

function sources(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .filter((file) => !/(^|\/)(node_modules|dist|fixtures)\//.test(file));
}

/** Without comments; a `//` inside a text, as in a URL, stays. */
function codeOf(text: string): string {
  return text.replace(/("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "$1");
}

function importsOf(file: string, code: string): Import[] {
  const pattern =
    /^(?:import\s+|(?:import|export)\b[^;"=]*\bfrom\s+)"([^"\n]+)"|\bimport\(\s*"([^"\n]+)"\s*\)/gm;
  return [...code.matchAll(pattern)].map(([, stated, called]) => {
    const specifier = stated ?? called ?? "";
    const target = specifier.startsWith(".")
      ? `/${normalize(join(dirname(file), specifier)).replace(/\.js$/, ".ts")}`
      : builtinModules.includes(specifier)
        ? `node:${specifier}`
        : specifier;
    return { file, specifier, target };
  });
}

/** Every file and package that is loaded with a file; what is imported as a type only is not. */
function loadedBy(entry: string, codes: ReadonlyMap<string, string>): ReadonlySet<string> {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    const code = codes.get(file)?.replace(/^(import|export) type\b[^;]*;/gm, "") ?? "";
    for (const { target } of importsOf(file, code)) {
      const own = /^pvmon(\/.*)?$/.exec(target);
      loaded.add(own === null ? target.replace(/^\//, "") : `core${own[1] ?? ""}/index.ts`);
    }
  }
  return loaded;
}

describe("the import rules", () => {
  const files = ["core", "plugins", "epics-ca/src", "epics-ca/tests", "tests", "bench"].flatMap(
    sources,
  );
  const codes = new Map(
    files.map((file) => [file, codeOf(readFileSync(join(ROOT, file), "utf8"))]),
  );
  const imports = [...codes].flatMap(([file, code]) => importsOf(file, code));
  const plugins = readdirSync(join(ROOT, "plugins"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  it("are checked on the files that they are about", () => {
    const expected = [
      "core/index.ts",
      "core/main.ts",
      "core/model/address.ts",
      "core/plugin/plugin.ts",
      "core/config/validator.ts",
      "core/runtime/container.ts",
      "core/testkit/fake-clock.ts",
      "epics-ca/src/index.ts",
      "tests/core/import-rules.test.ts",
      ...plugins.map((name) => `plugins/${name}/index.ts`),
    ];
    for (const file of expected) assert.ok(codes.has(file), `${file} was not read`);
    for (const folder of ["core/model", "core/plugin", "core/config", "core/runtime"]) {
      const inside = imports.filter(({ file }) => file.startsWith(`${folder}/`));
      assert.ok(inside.length > 3, `hardly any import was seen in ${folder}`);
    }
    assert.ok(plugins.length > 0);
  });

  it("hold", () => {
    const broken = imports.filter((item) => !isAllowed(item));
    assert.deepEqual(
      broken.map(({ file, specifier }) => `${file} imports ${specifier}`),
      [],
    );
  });

  it("notice when they are broken", () => {
    const bad: readonly (readonly [file: string, specifier: string])[] = [
      ["core/model/pvs/pvs.ts", "node:fs"],
      ["core/model/pvs/pvs.ts", "fs"],
      ["core/model/pvs/pvs.ts", "../../plugin/token.js"],
      ["core/plugin/host.ts", "../runtime/log.js"],
      ["core/config/site.ts", "../runtime/log.js"],
      ["core/runtime/log.ts", "../testkit/index.js"],
      ["core/runtime/log.ts", "tsyringe"],
      ["core/testkit/index.ts", "../runtime/log.js"],
      ["core/pvmon.ts", "../plugins/ca-sniffer/index.js"],
      ["epics-ca/src/header.ts", "node:buffer"],
      ["epics-ca/src/header.ts", "./client/index.js"],
      ["epics-ca/src/client/udp.ts", "pvmon"],
      ["plugins/a/index.ts", "../b/index.js"],
      ["plugins/a/index.ts", "../../core/index.js"],
      ["plugins/a/index.ts", "pvmon/testkit"],
      ["plugins/web-ui/browser/formats/time.ts", "../components/time.js"],
      ["plugins/web-ui/browser/api/client.ts", "../app/messages.js"],
      ["plugins/web-ui/browser/components/page.tsx", "../pages/pvs.js"],
      ["plugins/web-ui/browser/components/page.tsx", "../app/app.js"],
      ["plugins/web-ui/browser/pages/pvs.tsx", "sirv"],
    ];
    for (const [file, specifier] of bad) {
      const [item] = importsOf(file, `import { x } from "${specifier}";`);
      assert.ok(item !== undefined && !isAllowed(item), `${file} may import ${specifier}`);
    }
    const forms =
      'import "a";\nimport type {\n  B,\n} from "b";\nexport * from "c";\nawait import("d");';
    assert.deepEqual(
      importsOf("core/x.ts", forms).map(({ specifier }) => specifier),
      ["a", "b", "c", "d"],
    );
  });

  it("name real files in every relative import", () => {
    const missing = imports.filter(
      ({ target }) =>
        target.startsWith("/") &&
        !codes.has(target.slice(1)) &&
        !codes.has(`${target.slice(1)}x`) &&
        !(target.endsWith(".css") && existsSync(join(ROOT, target))),
    );
    assert.deepEqual(
      missing.map(({ file, specifier }) => `${file} imports ${specifier}`),
      [],
    );
  });

  const code = (file: string): string => codes.get(file) ?? "";

  it("keep what takes long to load out of threads and processes that are started on the way", () => {
    const entries = files.flatMap((file) =>
      [...code(file).matchAll(/\b(?:new Worker|fork)\(new URL\("([^"]+)"/g)].map(([, entry = ""]) =>
        join(dirname(file), entry.replace(/\.js$/, ".ts")),
      ),
    );
    assert.ok(entries.length > 3 && entries.every((entry) => codes.has(entry)));
    const heavy = entries.filter((entry) => loadedBy(entry, codes).has("@sinclair/typebox"));
    assert.deepEqual(heavy, []);
  });

  const inCore = files.filter(
    (file) => file.startsWith("core/") && !file.startsWith("core/testkit/"),
  );

  it("leave plugins' names out of the core", () => {
    // One word may be meant otherwise: hosts have metrics, whether or not there is a plugin of that name.
    const isNamed = (text: string, name: string): boolean =>
      text.includes(name.includes("-") ? name : `plugins/${name}`);
    const named = inCore.flatMap((file) =>
      plugins.filter((name) => isNamed(code(file), name)).map((name) => `${file} names ${name}`),
    );
    assert.deepEqual(named, []);
  });

  it("leave the time of plugins to the clock that they are given", () => {
    const clockless =
      /\bperformance\.(now|timeOrigin)\b|\bDate\.now\b|\bnew Date\(\)|\bhrtime\b|\bsetInterval\b/;
    // A browser has a clock of its own.
    const users = files.filter(
      (file) => /^plugins\/(?!web-ui\/browser\/)/.test(file) && clockless.test(code(file)),
    );
    assert.deepEqual(users, []);
    assert.ok(
      ["performance.now()", "Date.now()", "new Date()"].every((use) => clockless.test(use)),
    );
    assert.doesNotMatch("new Date(at)", clockless);
  });

  it("leave the console to cli.ts and the end of the process to main.ts", () => {
    const users = (pattern: RegExp): string[] =>
      files.filter((file) => /^(core|plugins)\//.test(file) && pattern.test(code(file)));
    assert.deepEqual(
      users(/\bconsole\./).filter((file) => !file.startsWith("core/testkit/")),
      ["core/cli.ts"],
    );
    assert.deepEqual(users(/\bprocess\.exit\b/), ["core/main.ts"]);
  });
});
