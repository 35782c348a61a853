// Names for the types that are generated from the server's OpenAPI document.
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Catalog = Omit<Schemas["Catalog"], "map"> & { map: PathwayMap };
/** A treatment with everything written out. */
export type Scenario = Required<Schemas["Scenario"]>;
export type AgentUse = Schemas["AgentUse"];
export type AgentFacts = Schemas["AgentFacts"];
export type Readout = Schemas["ReadoutFacts"];
export type CurvesHead = Schemas["CurvesHead"];
export type ArmHead = Schemas["ArmHead"];
export type PathwayMap = Omit<Schemas["Map"], "nodes"> & { nodes: MapNode[] };
export type MapNode = Schemas["Node"] & { shape: string; sites: Schemas["Phosphosite"][] };
export type Arrow = Schemas["Arrow"];
export type Scoreboard = Schemas["Scoreboard"];
export type Finding = Schemas["FindingAnswer"];
type ArmOnBench = Omit<Schemas["ArmOnBench"], "scenario"> & { scenario?: Scenario | null };
export type ExperimentAnswer = Omit<Schemas["ExperimentAnswer"], "arms"> & { arms: ArmOnBench[] };
export type ExperimentFacts = Schemas["ExperimentFacts"];
export type Card = Schemas["Card"];
export type Failure = Schemas["Failure"];
export type MatrixHead = Schemas["MatrixHead"];
export type ModelHead = Schemas["ModelHead"];
export type ModelAnswer = Schemas["ModelAnswer"];
export type Table = Schemas["Table"];
export type Entry = Schemas["Entry"];
export type Given = Schemas["Given"];
export type TumourArm = Schemas["TumourArm"];
export type TumourFacts = Omit<Schemas["TumourFacts"], "clones"> & { clones: [string, number][] };
export type TumourCatalog = Omit<Schemas["TumourCatalog"], "experiments"> & { experiments: TumourFacts[] };
export type AnimalDrug = Schemas["AnimalDrug"];
export type TumourHead = Schemas["TumourHead"];
export type Hazard = Schemas["Hazard"];
export type SurvivalCurve = Schemas["SurvivalCurve"];
type CohortArm = Omit<Schemas["CohortArmAnswer"], "responses" | "waterfall"> & { responses: [string, number][]; waterfall: [number, string][] };
export type CohortAnswer = Omit<Schemas["CohortAnswer"], "arms"> & { arms: CohortArm[] };
export type BandsHead = Schemas["BandsHead"];
export type LoopsHead = Schemas["LoopsHead"];
