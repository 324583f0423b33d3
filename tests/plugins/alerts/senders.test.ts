/** The ways to send, each against a real server of its kind. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { DestinationConfig } from "../../../plugins/alerts/config.js";
import { senderOf } from "../../../plugins/alerts/senders/index.js";
import { SendError } from "../../../plugins/alerts/senders/sender.js";
import { alertOf, notificationOf, ORIGIN } from "./notification.js";
import { Receiver } from "./receiver.js";
import { configOf, T0 } from "./scene.js";

const never = new AbortController().signal;

function destinationOf(config: object): DestinationConfig {
  return configOf({ destinations: [{ name: "d", ...config }] }).destinations[0]!;
}

async function send(config: object, notification = notificationOf()): Promise<void> {
  await senderOf(destinationOf(config), ORIGIN).send(notification, never);
}

describe("a web hook", () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await Receiver.start();
  });
  afterEach(() => receiver.stop());

  it("gets everything as JSON, with the token where there is one", async () => {
    const ended = [alertOf("s2", { endedAt: T0, returns: 2 })];
    const url = `${receiver.url}/hook?key=secret`;
    await send({ kind: "webhook", url, token: "abc" }, notificationOf({ ended }));
    const [{ path, headers, body }] = receiver.received as [Receiver["received"][0]];
    assert.equal(path, "/hook?key=secret");
    assert.equal(headers.authorization, "Bearer abc");
    const { began, title, ...rest } = body as Record<string, unknown>;
    assert.equal(title, "[Example site] servers: 1 began, 1 is over");
    assert.deepEqual(began, {
      total: 1,
      items: [
        {
          kind: "server",
          subject: "10.7.0.1:5064",
          host: "10.7.0.1",
          server: "10.7.0.1:5064",
          condition: "server.lost",
          severity: "alarm",
          text: "server 10.7.0.1:5064 lost",
          startedAt: "2026-01-05T11:59:00.000Z",
          endedAt: null,
          returns: 0,
        },
      ],
    });
    assert.equal(rest.rule, "servers");
    assert.equal(rest.owner, "Controls");
    assert.equal(rest.site, "Example site");
  });

  it("of a chat gets a text in which nothing from the network is markup or calls anybody", async () => {
    const hostile = alertOf("x", { text: "PV <!channel> @all \u001b[31m\nFake: line lost" });
    await send(
      { kind: "webhook", url: receiver.url, format: "text" },
      notificationOf({ began: [hostile] }),
    );
    const { text } = receiver.received[0]!.body as { text: string };
    assert.match(
      text,
      /^\[Example site\] servers: 1 began\nBegan:\n- PV ‹!channel› @\u200ball \[31m Fake: line lost \(alarm, since /,
    );
    assert.match(text, /Owner: Controls\nWhat to do: https:\/\/ops\.example\.org\/servers\n/);
    assert.doesNotMatch(text, /[<>]/);
    assert.ok(!text.includes("\u001b"));
    await send({ kind: "webhook", url: receiver.url, format: "content" });
    assert.deepEqual(Object.keys(receiver.received[1]!.body as object), ["content"]);
  });

  it("shows so many lines and counts the rest", async () => {
    const began = Array.from({ length: 10_000 }, (_, i) => alertOf(`s${i}`));
    await send(
      { kind: "webhook", url: receiver.url, format: "text" },
      notificationOf({ began, notKept: 7 }),
    );
    const { text } = receiver.received[0]!.body as { text: string };
    assert.match(text, /10000 began, 7 more/);
    assert.match(text, /- and 9950 more\n/);
    assert.equal(text.split("\n").filter((line) => line.startsWith("- server")).length, 50);
  });

  it("that answers badly has failed; an address is in no error", async () => {
    const url = `${receiver.url}/secret`;
    for (const [status, isRefused] of [
      [400, true],
      [404, true],
      [429, false],
      [503, false],
    ] as const) {
      receiver.status = status;
      await assert.rejects(send({ kind: "webhook", url }), (error) => {
        assert.ok(error instanceof SendError);
        assert.deepEqual([error.message, error.isRefused], [`it answered ${status}`, isRefused]);
        return true;
      });
    }
    await assert.rejects(send({ kind: "webhook", url: "http://127.0.0.1:1/secret" }), (error) => {
      assert.ok(error instanceof SendError);
      assert.match(error.message, /^it cannot be reached/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
});

describe("an Alertmanager", () => {
  it("gets what lasts with an end that is put off, and what is over with its end", async () => {
    const receiver = await Receiver.start();
    try {
      const ended = [alertOf("s2", { endedAt: T0 - 1000 })];
      await send({ kind: "alertmanager", url: `${receiver.url}/` }, notificationOf({ ended }));
      const [{ path, body }] = receiver.received as [Receiver["received"][0]];
      assert.equal(path, "/api/v2/alerts");
      const [first, second] = body as Record<string, unknown>[];
      assert.deepEqual(first, {
        labels: {
          alertname: "servers",
          site: "Example site",
          kind: "server",
          subject: "10.7.0.1:5064",
          severity: "critical",
          host: "10.7.0.1",
          owner: "Controls",
        },
        annotations: {
          summary: "server 10.7.0.1:5064 lost",
          procedure: "https://ops.example.org/servers",
        },
        startsAt: "2026-01-05T11:59:00.000Z",
        endsAt: "2026-01-05T12:05:00.000Z",
        generatorURL: "https://pvmon.example.org/",
      });
      assert.equal(second?.endsAt, "2026-01-05T11:59:59.000Z");
    } finally {
      await receiver.stop();
    }
  });
});

describe("mail", () => {
  interface Letter {
    readonly from: string;
    readonly to: readonly string[];
    readonly user: string | undefined;
    readonly text: string;
  }
  let server: SMTPServer;
  const letters: Letter[] = [];
  const start = async (options: SMTPServerOptions): Promise<number> => {
    letters.length = 0;
    server = new SMTPServer({
      logger: false,
      ...options,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const { mailFrom, rcptTo } = session.envelope;
          letters.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            user: session.user,
            text: Buffer.concat(chunks).toString(),
          });
          done();
        });
      },
    });
    server.on("error", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    return (server.server.address() as AddressInfo).port;
  };
  const mail = (port: number, more: object = {}) => ({
    kind: "mail",
    server: "127.0.0.1",
    port,
    tls: "never",
    from: "pvmon@example.org",
    to: ["anna@example.org", "ops@example.org"],
    ...more,
  });
  afterEach(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it("comes to everybody, with its subject, and says that a machine wrote it", async () => {
    await send(mail(await start({ authOptional: true })));
    const [letter] = letters as [Letter];
    assert.equal(letter.from, "pvmon@example.org");
    assert.deepEqual(letter.to, ["anna@example.org", "ops@example.org"]);
    assert.match(letter.text, /^Subject: \[Example site\] servers: 1 began\r$/m);
    assert.match(letter.text, /^Auto-Submitted: auto-generated\r$/m);
    assert.match(letter.text, /server 10\.7\.0\.1:5064 lost/);
  });

  it("logs in where it has to", async () => {
    const port = await start({
      onAuth: ({ username, password }, _session, done) => {
        if (username === "pvmon" && password === "right") done(null, { user: username });
        else done(new Error("wrong"));
      },
      allowInsecureAuth: true,
    });
    await send(mail(port, { user: "pvmon", password: "right" }));
    assert.equal(letters[0]?.user, "pvmon");
    const wrong = send(mail(port, { user: "pvmon", password: "guess" }));
    await assert.rejects(wrong, ({ message }: Error) => !message.includes("guess"));
  });

  it("that is refused for good says so, and does not go out in plain text where it must not", async () => {
    const port = await start({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error("no such user"), { responseCode: 550 })),
    });
    await assert.rejects(send(mail(port)), (error) => {
      assert.ok(error instanceof SendError && error.isRefused);
      assert.match(error.message, /no such user/);
      return true;
    });
    await assert.rejects(send(mail(port, { tls: "required" })), SendError);
    assert.deepEqual(letters, []);
  });
});

describe("a destination's configuration", () => {
  for (const [config, why] of [
    [{ kind: "webhook" }, /destination d needs a url/],
    [{ kind: "alertmanager", url: "ftp://x" }, /destination d needs a url/],
    [{ kind: "mail", server: "mail", from: "a@b" }, /destination d needs server, from and to/],
  ] as const) {
    it(`has to be whole: ${why.source}`, () => {
      assert.throws(() => senderOf(destinationOf(config), ORIGIN), why);
    });
  }
});
