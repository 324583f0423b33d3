import assert from "node:assert/strict";

/** As much of a browser's as the stream takes. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static readonly all: FakeSource[] = [];
  readyState = 1;

  constructor() {
    super();
    FakeSource.all.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }
}

const fakeDocument = Object.assign(new EventTarget(), { baseURI: "http://pvmon/", hidden: false });
const globals = globalThis as { document?: unknown; EventSource?: unknown };

describe("the stream of a tab", () => {
  const own = { document: globals.document, EventSource: globals.EventSource };
  let gaps = 0;
  let end: (() => void) | undefined;

  before(async () => {
    globals.document = fakeDocument;
    globals.EventSource = FakeSource;
    fakeDocument.hidden = true;
    const { onGap, startStream } = await import(
      "../../../../../plugins/web-ui/browser/api/stream.js"
    );
    end = onGap(() => {
      gaps += 1;
    });
    startStream();
  });
  after(() => {
    look(true);
    end?.();
    Object.assign(globals, own);
  });

  const look = (hidden: boolean): void => {
    fakeDocument.hidden = hidden;
    fakeDocument.dispatchEvent(new Event("visibilitychange"));
  };
  const source = (): FakeSource => FakeSource.all.at(-1) ?? assert.fail("there is no stream");

  it("is not there while nobody looks", () => {
    assert.equal(FakeSource.all.length, 0);
  });

  it("lets a tab that was opened in the background load anew when it is looked at first", () => {
    look(false);
    source().dispatchEvent(new Event("open"));
    assert.equal(gaps, 1);
  });

  it("lets it load anew after every time that nobody looked", () => {
    look(true);
    assert.equal(source().readyState, FakeSource.CLOSED);
    look(false);
    assert.equal(FakeSource.all.length, 2);
    source().dispatchEvent(new Event("open"));
    assert.equal(gaps, 2);
  });

  it("lets it load anew once it is connected again", () => {
    source().dispatchEvent(new Event("error"));
    assert.equal(gaps, 2);
    source().dispatchEvent(new Event("open"));
    assert.equal(gaps, 3);
    source().dispatchEvent(new Event("open"));
    assert.equal(gaps, 3);
  });

  it("lets it load anew when pvmon says that something is missing", () => {
    source().dispatchEvent(new Event("gap"));
    assert.equal(gaps, 4);
  });
});
