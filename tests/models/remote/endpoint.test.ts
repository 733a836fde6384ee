import { describe, expect, it } from "vitest";
import { endpointUrl } from "../../../src/models/index.ts";

describe("the address of a server", () => {
  it.each([
    ["http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
    [" http://localhost:8000/v1/ ", "http://localhost:8000/v1"],
    ["https://host.example/proxy/v1/chat/completions", "https://host.example/proxy/v1"],
    ["https://host.example/v1/completions/", "https://host.example/v1"],
    ["https://host.example/v1/models", "https://host.example/v1"],
    ["HTTPS://Host.Example/api/v3", "https://host.example/api/v3"],
  ])("%s is %s", (text, url) => {
    expect(endpointUrl(text)).toBe(url);
    expect(endpointUrl(url)).toBe(url);
  });

  it.each([
    ["", "is not the address of a server"],
    ["localhost:8000", "is not the address of a server"],
    ["file:///etc/passwd", "is not the address of a server"],
    ["https://me:secret@host.example/v1", "holds a name or password"],
    ["https://host.example/v1?key=secret", "ends before its ? or #"],
    ["https://host.example/v1#x", "ends before its ? or #"],
    ["http://192.168.0.7:8000/v1", "is not on this machine, and the page connects to others only by https"],
    ["http://127.0.0.1.evil.example/v1", "is not on this machine"],
  ])("%s is refused", (text, sentence) => {
    expect(() => endpointUrl(text)).toThrow(sentence);
    expect(() => endpointUrl(text)).not.toThrow("secret@");
  });
});
