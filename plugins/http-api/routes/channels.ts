/** The two paths of PV Monitor's cainfo server. They ask the network as channel info does, and within the same bounds. */
import { Type } from "@sinclair/typebox";
import type { ChannelInfo, InventoryService } from "pvmon";
import { cainfoLines, plainValue } from "../channel-text.js";
import { ApiError } from "../errors.js";
import { pvName } from "../formats.js";
import { route } from "../route.js";
import { noSuchPv } from "./pvs.js";

const pvPath = Type.Object({
  pv: pvName("The name as the API shows it, percent-encoded; a / in it is written %2F."),
});

const ORIGINS =
  "Refused to web pages of other origins but the configured ones, which get a CORS header; there is no preflight, so a plain GET is all that they can send.";

export const channelRoutes = [
  route({
    method: "GET",
    route: "/cainfo/{pv}",
    summary: "The lines that cainfo prints for the PV, of each of its owners, asked now over TCP.",
    description: `In the format of PV Monitor's cainfo server: a JSON array of lines. ${ORIGINS}`,
    sends: true,
    crossOrigin: true,
    path: pvPath,
    answer: Type.Array(Type.String()),
    async handle({ path: { pv } }, { channelInfos, services: { inventory } }) {
      const infos = await channelInfos.ask(pv, ownersOf(pv, inventory), false);
      return infos.flatMap(cainfoLines);
    },
  }),
  route({
    method: "GET",
    route: "/caget/{pv}",
    summary: "The value of the PV as plain text, asked of its owner now over TCP.",
    description: `In the format of PV Monitor's cainfo server: an error has a text that begins with EPICS, and a status of 400 or more. ${ORIGINS}`,
    sends: true,
    crossOrigin: true,
    plainText: true,
    path: pvPath,
    answer: Type.String(),
    async handle({ path: { pv } }, { channelInfos, services: { inventory } }) {
      const [info] = await channelInfos.ask(pv, ownersOf(pv, inventory).slice(0, 1), true);
      if (info?.value !== undefined) return plainValue(info.value);
      throw info === undefined ? noServer() : noValue(info);
    },
  }),
];

/** The servers of a duplicate, the latest owner of any other PV. */
function ownersOf(name: string, inventory: Pick<InventoryService, "pv">): readonly string[] {
  const pv = inventory.pv(name);
  if (pv === undefined) throw noSuchPv();
  if (pv.duplicates.length > 0) return pv.duplicates;
  if (pv.server === null) throw noServer();
  return [pv.server];
}

function noServer(): ApiError {
  return new ApiError("notFound", "no server is known for this PV: nobody answered for it yet");
}

function noValue({ state, server, reason }: ChannelInfo): ApiError {
  const because = reason === undefined ? "" : `: ${reason}`;
  switch (state) {
    case "connected":
      return new ApiError("noValue", `${server} gave no value${because}`);
    case "refused":
      return new ApiError("notFound", `${server} does not have this PV${because}`);
    default:
      return new ApiError("timeout", `no answer from ${server}${because}`);
  }
}
