// The objects of volwright's profiles, for each team with its namespace, size and image.
local objects = {
  'aws-ebs': import 'aws-ebs.json',
  'gce-pd': import 'gce-pd.json',
  'azure-disk': import 'azure-disk.json',
};
local namespaced(team) = { metadata+: { namespace: team.name } };
local overlay(team) = {
  StorageClass: {},
  PersistentVolumeClaim: namespaced(team) { spec+: { resources+: { requests+: { storage: team.size } } } },
  Pod: namespaced(team) { spec+: { containers: [super.containers[0] { image: team.image }] } },
};
function(profiles, teams) [
  object + overlay(team)[object.kind]
  for team in teams
  for profile in profiles
  for object in objects[profile]
]
