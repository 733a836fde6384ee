import { expose } from "comlink";
import { Downloader } from "../src/models/files/downloader.ts";

expose(Downloader);
