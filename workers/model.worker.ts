import { expose } from "comlink";
import { ModelEngine } from "../src/models/transformers/engine.ts";

expose(new ModelEngine());
