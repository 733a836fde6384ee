import { timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Thrown by a route or a hook: the status and the one sentence that the client is told. */
export class Refusal extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Who may talk to the server. The names under which it is reached are listed exactly, so that a foreign name which
 * resolves to this machine (DNS rebinding) gets nothing; other sites are told apart by Origin and Sec-Fetch-Site.
 */
export class Guard {
  constructor(
    private readonly port: () => number,
    private readonly token: string,
  ) {}

  private hosts(): string[] {
    return [`127.0.0.1:${this.port()}`, `localhost:${this.port()}`];
  }

  /** Every request: the Host header is one of ours. */
  checkHost(request: FastifyRequest): void {
    if (this.hosts().includes(request.headers.host ?? "")) return;
    throw new Refusal(403, `This server answers only as ${this.hosts().join(" or ")}.`);
  }

  /** Requests of the API: sent by a page that this server served, and by no other site. */
  checkSameOrigin(request: FastifyRequest): void {
    const { origin, host } = request.headers;
    const site = request.headers["sec-fetch-site"];
    const ours = origin === `http://${host}`;
    if ((origin !== undefined && !ours) || (site !== undefined && site !== "same-origin")) {
      throw new Refusal(403, "Another site may not use this server.");
    }
    if (!ours && site !== "same-origin") throw new Refusal(403, "Only a page of this server may use it.");
  }

  /** Requests that start or stop something: the token, and JSON, which no foreign form can send. */
  checkToken(request: FastifyRequest): void {
    const given = Buffer.from(request.headers.authorization ?? "");
    const wanted = Buffer.from(`Bearer ${this.token}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new Refusal(401, "The token is missing or wrong: reload the page.");
    }
    const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") throw new Refusal(415, "Send JSON: content-type must be application/json.");
  }
}

/** Turns what was thrown into the one sentence and its status; a defect is logged and tells nothing of the machine. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status >= 500) request.log.error(error);
  const message = status < 500 && error instanceof Error ? error.message : "The server failed: see its output.";
  return reply.code(status).send({ error: message });
}
