// The certified provider oidc-provider on loopback: node provider.mjs LIBRARY PORT PEOPLE
// PEOPLE is a file of JSON that tells the claims of each subject; it is read at each sign-in.
// Its keys are made at each start. Written by others, it knows nothing of what signs in with it.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, port, people] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(library));
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: randomBytes(4).toString("hex") };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "antrean",
      client_secret: "kata sandi klien: 100 % rahasia",
      redirect_uris: ["http://localhost/sign-in/provider/back"],
      post_logout_redirect_uris: ["http://localhost/sign-in"],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(16).toString("hex")] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  findAccount: (_context, subject) => ({
    accountId: subject,
    claims: () => ({ ...JSON.parse(readFileSync(people))[subject], sub: subject }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
