/** The resources that have a stream, with the fields of a new one of each. Money is decimal text, and dates are UTC. */

const NOBODY = { creator_id: 1, owner_id: 1 };
const LABELS = { tags: [], custom_fields: {} };

export const RESOURCES = {
  appointments: { ...NOBODY, name: "Appointment", all_day: false, location: null, description: null, resource_type: null, resource_id: null },
  associated_contacts: { creator_id: 1, deal_id: 1, contact_id: 1, role: "involved" },
  calls: { user_id: 1, summary: null, recording_url: null, outcome_id: null, duration: 0, phone_number: null, incoming: false },
  collaborations: { creator_id: 1, collaborator_id: 1, resource_type: "deal", resource_id: 1 },
  collaboration_requests: { creator_id: 1, resource_type: "deal", resource_id: 1, status: "pending" },
  contacts: { ...NOBODY, name: "Contact", is_organization: false, contact_id: null, email: null, phone: null, customer_status: "none", ...LABELS },
  custom_fields: { name: "Field", resource_type: "deal", type: "string", for_organisation: false, for_contact: false },
  deals: {
    ...NOBODY, name: "Deal", value: "0.00", currency: "USD", hot: false, stage_id: 1, source_id: null, loss_reason_id: null,
    contact_id: 1, organization_id: null, estimated_close_date: null, customized_win_likelihood: null, ...LABELS,
  },
  documents: { creator_id: 1, name: "Document", resource_type: "deal", resource_id: 1, content_type: "text/plain", size: 0 },
  leads: { ...NOBODY, first_name: null, last_name: "Lead", organization_name: null, status: "New", source_id: null, email: null, ...LABELS },
  line_items: { order_id: 1, product_id: null, name: "Line item", sku: null, price: "0.00", currency: "USD", quantity: 1, variation: "0.00" },
  loss_reasons: { creator_id: 1, name: "Loss reason" },
  notes: { creator_id: 1, resource_type: "deal", resource_id: 1, content: "Note", is_important: false, tags: [], type: "regular" },
  orders: { deal_id: 1, discount: 0 },
  products: { name: "Product", description: null, sku: null, active: true, cost: null, cost_currency: null, prices: [], max_discount: null, max_markup: null },
  sources: { creator_id: 1, name: "Source", resource_type: "deal" },
  stages: { name: "Stage", category: "incoming", active: true, position: 1, likelihood: 0, pipeline_id: 1 },
  tags: { creator_id: 1, name: "tag", resource_type: "deal" },
  tasks: { ...NOBODY, content: "Task", completed: false, completed_at: null, due_date: null, overdue: false, remind_at: null, resource_type: null, resource_id: null },
  unqualified_reasons: { creator_id: 1, name: "Unqualified reason" },
  users: { name: "User", email: "user@example.com", status: "active", invited: false, confirmed: true, role: "user", timezone: "UTC" },
  visits: { creator_id: 1, resource_type: "contact", resource_id: 1, outcome_id: null, summary: null, location: null },
};

/** How one of a resource is called. */
export const typeOf = (resource) => resource.replace(/s$/, "");

/** A snapshot as the streams show it: what is embedded has a type of its own. */
export function shown({ tags, custom_fields: fields, ...data }, resource) {
  const embedded = (type) => (data) => ({ data, meta: { type } });
  return {
    ...data,
    ...(tags && { tags: tags.map((name) => ({ name, resource_type: typeOf(resource) })).map(embedded("tag")) }),
    ...(fields && { custom_fields: Object.entries(fields).map(([name, value]) => ({ name, value })).map(embedded("custom_field")) }),
  };
}
