/** How a file has a network: its format, and its tensors by the names and types that they have there. */
export interface Storage {
  /** As in `safetensors`. */
  readonly format: string;
  /** None where numbers are decimals in the text. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly type: string }[];
}
