// The stories of the Bayeux client, in Node.

import { bayeux } from "brookmark";
import { WebSocket } from "../support/bayeux.mjs";
import { tellStories } from "../support/bayeux-home.mjs";
import { tell } from "../support/bayeux-stories.mjs";

tellStories({ name: "Node", tell: (name, server) => tell(name, { bayeux, webSocket: WebSocket }, server) });
