/** Where the pages begin. */
import { render } from "preact";
import { App } from "./app/app.js";
import "./styles/index.css";

const root = document.getElementById("pvmon");
if (root !== null) render(<App />, root);
