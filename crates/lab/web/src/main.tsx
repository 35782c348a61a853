import "@fontsource-variable/inter/wght.css";
import "./styles.css";
import { render } from "solid-js/web";
import { App } from "./ui/App";

render(() => <App />, document.getElementById("app")!);
