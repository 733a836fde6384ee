export { Exchange } from "./exchange.ts";
