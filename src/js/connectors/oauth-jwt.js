/** Signed assertions (RFC 7523), RS256, by WebCrypto. */
import { misuse } from "./checks.js";

/** Seconds for which an assertion is good: what the service takes at most. */
const LIFETIME = 180;

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** @param key PEM text, or a key of WebCrypto */
export function checkKey(key) {
  const isPem = typeof key === "string" && /-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----/.test(key);
  if (isPem || (typeof key === "object" && key?.type === "private")) return;
  const isOld = typeof key === "string" && key.includes("BEGIN RSA PRIVATE KEY");
  const hint = isOld ? "; `openssl pkcs8 -topk8 -nocrypt` makes one of it" : "";
  throw misuse(`privateKey is neither a PKCS#8 PEM ("BEGIN PRIVATE KEY") nor a CryptoKey${hint}`);
}

/** @param claims `iss`, `sub`, `aud` */
export async function assertion(key, claims) {
  const { subtle } = Object(globalThis.crypto);
  if (!subtle) throw misuse("there is no WebCrypto here: a page needs https for it");
  const signing = typeof key === "string" ? await imported(subtle, key) : key;
  const exp = Math.floor(Date.now() / 1_000) + LIFETIME;
  const text = [{ alg: "RS256", typ: "JWT" }, { ...claims, exp }].map((part) => base64url(encoded(JSON.stringify(part)))).join(".");
  const signature = await subtle.sign(RS256.name, signing, encoded(text));
  return `${text}.${base64url(new Uint8Array(signature))}`;
}

async function imported(subtle, pem) {
  try {
    const base64 = pem.replace(/-----[^-]+-----|\s/g, "");
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return await subtle.importKey("pkcs8", bytes, RS256, false, ["sign"]);
  } catch {
    /* The platform's own error might quote it. */
    throw misuse("privateKey is no RSA key");
  }
}

function encoded(text) {
  return new TextEncoder().encode(text);
}

function base64url(bytes) {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
