import { expose } from "comlink";
import { Exchange } from "../src/share/exchange/exchange.ts";

expose(new Exchange());
