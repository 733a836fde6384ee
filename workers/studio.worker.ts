import { expose } from "comlink";
import { StudioTable } from "../src/data/table/studio-table.ts";

expose(new StudioTable());
