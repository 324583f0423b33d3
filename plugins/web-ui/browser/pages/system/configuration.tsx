/** The configuration that is in force, for those who may see it. */
import type { Resource } from "../../api/resource.js";
import { may, whyNot } from "../../api/session.js";
import type { Configuration as ConfigurationAnswer } from "../../api/types.js";
import { say, sayProblem } from "../../app/messages.js";
import { Button } from "../../components/button.js";
import { Section } from "../../components/facts.js";
import { Empty, Loaded } from "../../components/page.js";

export function Configuration({ of }: { readonly of: Resource<ConfigurationAnswer> }) {
  if (!may("admin")) {
    return (
      <Empty title="Only an admin sees the configuration">
        <p>It says where everything is on this network. To see it, {whyNot("admin")}.</p>
      </Empty>
    );
  }
  return (
    <Loaded of={of}>
      {({ file, yaml }) => (
        <Section
          title={file}
          note="What is in force: defaults filled in, secrets left out"
          actions={<Button onClick={() => void copy(yaml)}>Copy</Button>}
        >
          <pre class="yaml">{yaml}</pre>
        </Section>
      )}
    </Loaded>
  );
}

/** Browsers let pages write to the clipboard over HTTPS and on this machine only. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard === undefined) {
    sayProblem(new Error("This browser lets pages copy over HTTPS only: mark the text instead"));
    return;
  }
  await navigator.clipboard.writeText(text).then(() => say("Copied"), sayProblem);
}
