// Takes the files of the extension; gives the .vsix that editors install: a zip with a manifest of its own.
import { strToU8, zipSync } from 'fflate';

interface Package {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly version: string;
  readonly publisher: string;
  readonly engines: { readonly vscode: string };
}

const TYPES: Readonly<Record<string, string>> = { json: 'application/json', cjs: 'application/javascript', md: 'text/markdown', vsixmanifest: 'text/xml' };
const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** `files` by their path in the extension. The same files give the same bytes. */
export function vsix(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const p = JSON.parse(new TextDecoder().decode(files.get('package.json'))) as Package;
  const manifest = `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${xml(p.name)}" Version="${xml(p.version)}" Publisher="${xml(p.publisher)}" />
    <DisplayName>${xml(p.displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(p.description)}</Description>
    <Categories>Programming Languages</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${xml(p.engines.vscode)}" />
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace" />
    </Properties>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code" /></Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true" />
  </Assets>
</PackageManifest>
`;
  const types = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${Object.entries(TYPES)
    .map(([e, t]) => `<Default Extension=".${e}" ContentType="${t}" />`)
    .join('')}</Types>
`;
  const entries = { '[Content_Types].xml': strToU8(types), 'extension.vsixmanifest': strToU8(manifest) };
  const own = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => [`extension/${path}`, bytes] as const);
  return zipSync({ ...entries, ...Object.fromEntries(own) }, { mtime: new Date(1980, 0, 2) });
}
