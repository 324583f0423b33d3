/** (being made) */
import { Loading, Page } from "../components/page.js";

export default function Made() {
  return (
    <Page title="pvs" ready={false}>
      <Loading />
    </Page>
  );
}
