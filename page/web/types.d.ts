// The shapes of what passes between the page's modules, and between page and server
// (page/answer.py). Known to every file of web/ without an import.

// --- drawing and photo ---

/** x and y in units of the paper, pressure 0 to 15: whole numbers. */
type Point = [x: number, y: number, pressure: number];

/** width in units of the paper; never changed once it is finished. */
type Stroke = { width: number; eraser: boolean; points: Point[] };

/** A drawing, and what undo and redo would bring. */
type Sheet = { strokes: Stroke[]; past: Stroke[][]; future: Stroke[][] };

type Paper = ReturnType<typeof import("./draw/paper.js").createSketch>;

/** A part of a photo, in 0..1 of its sides. */
type Crop = { x: number; y: number; w: number; h: number };

/** In pixels. */
type Place = { left: number; top: number; width: number; height: number };

/**
 * A photo; lossless: its transparency may tell the shape; as: what the visitor says it is; mask: what
 * the visitor has painted as cut out, opaque; worn: what is known of that piece, if somebody wears
 * it; answer: the last one for it.
 */
type Still = ReturnType<typeof import("./photo/files.js").still>;

/** A file that this browser cannot read, until the server has shown what it is. */
type Unread = { kind: "unread"; file: Blob; lossless: boolean };

// --- the page's state ---

type Mode = "draw" | "photo";

/** All that the page's parts share: what a link carries is read from it. */
interface State {
  mode: Mode;
  networks: string[]; // those that answer, the first one's bars in front
  instead: string[] | null; // those that will again once "See inside" is closed; null: it is
  picture: Still | Unread | { kind: "camera" } | null;
  shown: Shown | null; // null: no answer yet
  readonly strokes: Stroke[]; // on the paper
  readonly still: Still | null; // the picture, if it is one
  readonly live: boolean; // is the camera on?
}

/**
 * How much is claimed, and of which class; group: what it surely is one of, where that is not clear;
 * see words.js.
 */
type Claim = {
  claim: "early" | "unclear" | "perhaps" | "think" | "none";
  label: string;
  group?: string;
};

/** What the bars show, and the words beside them; label: the first network's own. */
type Shown = Claim & { lead: string; title: string; probabilities: number[]; kind: string };

// --- messages ---

/** What the page knows of itself, see page/site.py. */
type PageConfig = {
  served: boolean;
  classes: string[];
  networks: string[];
  inspectable: string[]; // networks that can be seen inside
  feedback: boolean; // are pictures taken?
  source: string | null;
  weights: string | null; // where a browser finds those of the networks
};

/** Left, top, right, bottom of a piece of clothing, in 0..1 of the picture that was sent. */
type Box = [number, number, number, number];

/**
 * show: the whole picture, too; piece: where the one that is asked for lies; worn: what is known of
 * the piece that the visitor has cut out.
 */
type Question = {
  kind: "sketch" | "photo" | "auto";
  image: Picture;
  networks: string[];
  show?: boolean;
  piece?: Box | null;
  worn?: Cut | null;
};

/** Who answers, see ask.js. */
type Who = "server" | "browser";
type Engine = ReturnType<typeof import("./engine/engine.js").createEngine>;

/** A question, made when it is sent; settled: nothing moves; wanted: is its answer waited for? */
type Asked = { ask: () => Question; settled: boolean; wanted: boolean };

/** engine, null: the browser has no weights of these networks, which may be asked. */
type AskPage = {
  server: typeof import("./server.js").classify | null;
  engine: Engine | null;
  networks: string[]; // that the server has
};

type AskListeners = {
  answer(reply: Reply, settled: boolean): void;
  busy(busy: boolean): void; // is an answer awaited?
  state(state: "slow" | "gone"): void; // why none comes
  change(): void; // somebody else answers
};

/** A picture as the server is sent it, and as the engine in this browser takes it. */
type Picture = {
  bytes(): BodyInit | Promise<Blob>;
  pixels(): ImageData | Promise<ImageBitmap> | Blob;
};

/** A piece in a photo: its body part, how likely each place is where it is worn, and a garment. */
type Cut = { bodyPart: string; places: number[] | null; certainty: number };

/** What a network says; sure: it is one of the ten. */
type Prediction = { probabilities: number[]; label: string; confidence: number; sure: boolean };

/** What the server answers; picture: base64 of 784 bytes; cutout, shown: data URLs. */
type Answer = {
  networks: Record<string, Prediction>;
  kind: TakenFor;
  cut: Cut | null;
  box: Box | null; // of the piece
  picture: string;
  cutout: string | null;
  shown: string | null;
  pieces: { box: Box; label: string; sure: boolean }[];
  piece: number;
};

type Reply = Answer | { error: string };

/** A picture with its right class, "" for none of the ten; kind, guess: what it was taken for. */
type Given = { image: Blob; kind: string; guess: string; label: string; consent: string };
type Thanks = { thanks?: string; error?: string };

// --- inside the network ---

type Floats = Float32Array | Float64Array;
type Network = import("./engine/network.js").Network;

/** What a network makes of a picture, and what it is made of. */
type Numbers = ReturnType<typeof import("./engine/describe.js").numbers>;
type About = ReturnType<typeof import("./engine/describe.js").describe>;

/** A picture, 784 bytes, and what decides about it. */
type PictureQuestion = { picture: Uint8Array; kind: TakenFor; cut: Cut | null };

/** Weights and bias of one unit; and which one it is. */
type Row = { weights: Float32Array; bias: number };
type Unit = { layer: number; unit: number };

/** For the section: the networks that can be seen inside; weights: see PageConfig. */
type InsideOptions = {
  names: string[];
  classes: string[];
  engine: Engine;
  setNetworks: (names: string[]) => void;
  weights: string;
  useOwn(network: OwnNetwork): Promise<void>;
};

/** A network that was trained in the page: what core.js needs of it. */
type OwnNetwork = { about: NetworkFile; tensors: Record<string, Tensor> };

/** What is pointed at; null: what speaks up most. */
type Picked = { unit: Unit | null; chosen: number | null; place: number };

/** What the panels show; numbers: what the network makes of the picture; null: there is none. */
type Now = {
  name: string;
  about: About;
  picture: Uint8Array | null;
  numbers: Numbers | null;
  kind: TakenFor;
  cut: Cut | null;
  unit: Unit;
  chosen: number; // class
  place: number; // of the pixel
};

/** See inside/panels.js; what shows a panel, and what makes it is given. */
type Panel = (now: Now) => void;
type PanelPage = Omit<InsideOptions, "engine"> & {
  compute: ComputeInside;
  /** As compute, for what stays the same: null until it is there, which then is shown. */
  known(name: string, message: EngineQuestion): any;
  /** Asks one question after the other, of those that came meanwhile the last. */
  latest(name: string, onreply: (reply: any, question: any) => void): (
    question: EngineQuestion,
  ) => Promise<void>;
  pick(picked: Partial<Picked>): void;
};

/** What the thread that trains is told, and what it reports (training_worker.js). */
type TrainingOrder =
  | { name: "begin"; settings: TrainingSettings; turn: number }
  | { name: "run"; on: boolean }
  | { name: "step" | "give" }
  | { name: "picture"; picture: Uint8Array | null };
type TrainingReport = {
  turn: number; // of which beginning
  steps: number;
  loss: number | null; // mean of the steps since the last report; null: none
  first: number; // loss of the first step
  worst: number; // the highest loss so far, NaN if it was one
  right: { training: number; heldOut: number } | null; // shares; null: not asked this time
  units: Float32Array[]; // weights of up to ten
  says: number[] | null; // of the picture
};

// --- the engine (engine/), which answers as the server does ---

/** One value a pixel, row by row: a colour or a mask 0 to 255, or ink 0 to 1. */
type Plane = { data: Float32Array; width: number; height: number };

/** Red, green, blue and alpha, as ImageData has them. */
type Pixels = { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number };

/** Ready-made: pictures: uint8 (n, 784), bright on black; labels: n indices of classes. */
type Examples = { pictures: Uint8Array; labels: Uint8Array };

/** hidden: units; adam: or plain SGD; rate: of learning; batch, count: pictures a step, in all. */
type TrainingSettings = {
  hidden: number;
  activation: boolean;
  adam: boolean;
  rate: number;
  batch: number;
  count: number;
  seed: number;
};

type Tensor = { shape: number[]; data: Float32Array };
type Progress = (loaded: number, total: number) => void;

/** What a picture was taken for; worn: a photo of clothes that somebody wears. */
type TakenFor = "photo" | "worn" | "sketch";

/**
 * A question for the engine: also with an image that the browser has at hand, which is transferred.
 */
type EngineMessage = Omit<Question, "kind" | "image"> & {
  kind: "photo" | "sketch" | "auto";
  image: Blob | ImageBitmap | ImageData;
};

/** What the engine needs of weights/NAME.json. */
type NetworkFile = {
  sha256: string;
  sizes: number[];
  activation: boolean;
  classes: string[];
  mirror?: boolean;
  temperatures: Record<string, number>;
  thresholds: Record<string, number>;
  places?: number[][]; // how likely a worn piece of each class is found at each place
  seed: number;
  recipe?: object;
  figures?: Record<string, number>;
  history?: { loss: number; validation: number }[];
};

/** What only the engine is asked: "PANEL.question", or what is asked of every network. */
type EngineQuestion = { network: string } & Record<string, unknown>;
type ComputeInside = (name: string, message: EngineQuestion) => Promise<any>;

/** Files that are read when they are needed, for the panels of See inside. */
type Assets = {
  json(file: string): Promise<any>;
  pixels(file: string): Promise<Pixels>;
  examples(part: "first" | "held_out"): Promise<Examples>;
};

/** What Python reads as well, and says what each is for. */
type Settings = typeof import("../../weights/settings.json") & {
  decision: { can_be: Record<string, string[]> };
};

// --- what is there already ---

/** Finds an element; throws if there is none, or none of that kind. */
interface Find {
  (selector: string): HTMLElement;
  <T extends Element>(selector: string, kind: new () => T): T;
}

interface Window {
  paper: Paper; // made by page.html
  iFrameResizer?: { onReady: () => void }; // read by Gradio's half of iframe-resizer
  parentIFrame?: { getPageInfo(listener: ((info: FrameInfo) => void) | false): void };
}

interface Navigator {
  connection?: { saveData?: boolean; effectiveType?: string }; // in Chromium alone
}

/** Where a frame lies in the page around it, from iframe-resizer; in pixels. */
type FrameInfo = { scrollTop: number; offsetTop: number; clientHeight: number };

/** What service_worker.js keeps: files and their integrity; later: once they are asked for. */
type KeptFiles = { version: string; files: Record<string, string>; later?: Record<string, string> };
declare const KEPT: Record<"page" | "weights", KeptFiles>;
