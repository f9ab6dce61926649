// Renders profiles for teams with cdk8s. usage: cdk8s.js FOLDER OVERLAYS PROFILE…
const fs = require('fs');
const path = require('path');
const { ApiObject, App, Chart, JsonPatch } = require('cdk8s');

const [folder, overlays, ...profiles] = process.argv.slice(2);
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));
const objects = Object.fromEntries(profiles.map((profile) => [profile, read(profile)]));

for (const team of read('teams').slice(0, Number(overlays))) {
  const app = new App();
  for (const profile of profiles) {
    const chart = new Chart(app, profile, { namespace: team.name });
    for (const object of objects[profile]) {
      const made = new ApiObject(chart, `${object.kind}-${object.metadata.name}`, structuredClone(object));
      if (object.kind === 'PersistentVolumeClaim') {
        made.addJsonPatch(JsonPatch.replace('/spec/resources/requests/storage', team.size));
      } else if (object.kind === 'Pod') {
        made.addJsonPatch(JsonPatch.replace('/spec/containers/0/image', team.image));
      }
    }
  }
  process.stdout.write(app.synthYaml());
}
