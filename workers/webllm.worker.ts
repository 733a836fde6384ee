import { expose } from "comlink";
import { WebllmEngine } from "../src/models/webllm/engine.ts";

expose(new WebllmEngine());
